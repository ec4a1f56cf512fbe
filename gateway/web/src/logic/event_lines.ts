// Reads a text/event-stream as the standard says (HTML, 9.2.6), in pieces as they come. Pure. Of its own, because a block that has
// an id and no data raises no event but moves the place from which the stream goes on: the gateway tells its resume tokens so,
// and parsers that only report events lose them.

export interface StreamEvent {
  kind: string;
  data: string;
}

const mostChars = 4 * 1024 * 1024;

export class EventLines {
  /** The id that the stream goes on behind: of the last whole block that had one. */
  lastId: string;
  private rest = "";
  private idOfBlock: string | null = null;
  private kind = "";
  private data: string[] = [];
  private first = true;

  constructor(lastId = "") {
    this.lastId = lastId;
  }

  /** The events that this piece completes. Throws where a line is longer than 4 Mi signs. */
  feed(piece: string): StreamEvent[] {
    let text = this.rest + piece;
    if (this.first && text !== "") {
      this.first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    const events: StreamEvent[] = [];
    let begin = 0;
    const ends = /[\r\n]/g;
    for (;;) {
      ends.lastIndex = begin;
      const end = ends.exec(text)?.index ?? -1;
      if (end < 0) break;
      const isReturn = text[end] === "\r";
      if (isReturn && end === text.length - 1) break; // a line feed may follow in the next piece
      this.line(text.slice(begin, end), events);
      begin = isReturn && text[end + 1] === "\n" ? end + 2 : end + 1;
    }
    this.rest = text.slice(begin);
    if (this.rest.length > mostChars) throw new Error("a line of the event stream is too long");
    return events;
  }

  private line(line: string, events: StreamEvent[]): void {
    if (line === "") {
      if (this.idOfBlock !== null) this.lastId = this.idOfBlock;
      if (this.data.length > 0) events.push({ kind: this.kind || "message", data: this.data.join("\n") });
      this.idOfBlock = null;
      this.kind = "";
      this.data = [];
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") this.data.push(value);
    else if (field === "event") this.kind = value;
    else if (field === "id" && !value.includes("\0")) this.idOfBlock = value;
  }
}
