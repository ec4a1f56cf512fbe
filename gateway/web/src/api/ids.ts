// Ids of steps and requests: made when the button is pressed, kept with the step, the same with every try (I2).

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 signs of 130 random bits: fits action_id (64 bytes) and source_id (128 bytes). */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(26)), (byte) => alphabet[byte & 31]).join("");
}
