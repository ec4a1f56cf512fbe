// Photos are shrunk before they are kept or sent: 1,600 pixels at most, 400 kB at most. Drawing them anew leaves place and device
// data behind.

export const mostPixels = 1_600,
  mostBytes = 400 * 1000;

/** The size that fits, with the same shape. Pure. */
export function fitted(width: number, height: number, most = mostPixels): { width: number; height: number } {
  const shrink = Math.min(1, most / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

function encoded(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("image"))), "image/jpeg", quality),
  );
}

/** A JPEG within both limits. Throws where the file is no image that the browser can draw. */
export async function shrink(file: Blob): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    let size = fitted(image.width, image.height);
    const canvas = document.createElement("canvas");
    for (;;) {
      canvas.width = size.width;
      canvas.height = size.height;
      const context = canvas.getContext("2d");
      if (!context) throw new Error("image");
      context.drawImage(image, 0, 0, size.width, size.height);
      for (const quality of [0.85, 0.7, 0.55]) {
        const blob = await encoded(canvas, quality);
        if (blob.size <= mostBytes) return blob;
      }
      if (Math.max(size.width, size.height) < 200) throw new Error("image");
      size = fitted(size.width, size.height, Math.round(Math.max(size.width, size.height) * 0.8));
    }
  } finally {
    image.close();
  }
}
