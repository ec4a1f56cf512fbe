// Names of cells as pages say them. The gateway's are whole (石桥村 01 网格); the wall has room for 石桥01. Pure.
import type { CellFeature, Street } from "../api/types";

/** The unit's name without its kind: 石桥村 → 石桥. */
export function unitShort(name: string): string {
  return name.length > 2 ? name.replace(/(村|社区)$/, "") : name;
}

export class CellNames {
  private readonly cells = new Map<string, { name: string; unit: string }>();
  private readonly units = new Map<string, string>();

  constructor(features: readonly CellFeature[] = [], street: Street | null = null) {
    for (const { properties } of features) this.cells.set(properties.code, properties);
    for (const unit of street?.units ?? []) this.units.set(unit.code, unit.name);
  }
  unit(code: string): string {
    return this.units.get(code) ?? code;
  }
  unitOf(cell: string): string {
    return this.cells.get(cell)?.unit ?? cell.replace(/-\d+$/, "");
  }
  whole(cell: string): string {
    return this.cells.get(cell)?.name ?? cell;
  }
  /** 石桥01: unit and number, without a blank. */
  short(cell: string): string {
    const digits = /(\d+)$/.exec(cell)?.[1] ?? "";
    const name = this.units.get(this.unitOf(cell));
    return name !== undefined ? unitShort(name) + digits : this.whole(cell);
  }
  /** The code of a cell that is known by its whole name; else empty. */
  codeOf(name: string): string {
    for (const [code, cell] of this.cells) if (cell.name === name) return code;
    return "";
  }
  codes(): string[] {
    return [...this.cells.keys()];
  }
}
