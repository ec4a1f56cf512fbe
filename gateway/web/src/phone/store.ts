// What the phone keeps (docs/pages.md): steps that wait and their photos, words that are being written, and the last list and
// opened cases of the person, for when there is no network. Never a contact that was looked at. IndexedDB; one object a page.
import type { QueuedStep } from "../logic/queue_rules";
import type { CaseDetail, CaseView, Location, Me } from "../api/types";

export interface KeptList {
  person: string;
  me: Me;
  views: CaseView[];
  atMs: number;
  titles?: Record<string, string>; // of cases that fit no category
  places?: Record<string, Location>;
}
export interface KeptCase {
  key: string;
  person: string;
  number: string;
  detail: CaseDetail;
  words: string;
  place?: Location;
  atMs: number;
}
export interface Draft {
  key: string;
  words: string;
  reason?: string;
  date?: string;
  photos?: Blob[];
  cell?: string;
}

const stores = { steps: "id", photos: "key", lists: "person", cases: "key", drafts: "key", facts: "key" } as const;
type StoreName = keyof typeof stores;

function settled<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage"));
  });
}

export class PhoneStore {
  private constructor(private readonly database: IDBDatabase) {}

  static async open(name = "huying-phone"): Promise<PhoneStore> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      for (const [store, key] of Object.entries(stores)) request.result.createObjectStore(store, { keyPath: key });
    };
    return new PhoneStore(await settled(request));
  }

  private async with<R>(name: StoreName, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> {
    const transaction = this.database.transaction(name, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("storage"));
    });
    const result = await settled(work(transaction.objectStore(name)));
    await done;
    return result;
  }
  get<R>(name: StoreName, key: string): Promise<R | undefined> {
    return this.with(name, "readonly", (store) => store.get(key) as IDBRequest<R | undefined>);
  }
  all<R>(name: StoreName): Promise<R[]> {
    return this.with(name, "readonly", (store) => store.getAll() as IDBRequest<R[]>);
  }
  async put(name: StoreName, value: unknown): Promise<void> {
    await this.with(name, "readwrite", (store) => store.put(value));
  }
  async remove(name: StoreName, key: string): Promise<void> {
    await this.with(name, "readwrite", (store) => store.delete(key));
  }

  /** A step and its photos, whole or not at all: resolved when it is on the device's disk. */
  addStep(step: QueuedStep, photos: { key: string; image: Blob }[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(["steps", "photos"], "readwrite", { durability: "strict" });
      transaction.objectStore("steps").put(step);
      for (const photo of photos) transaction.objectStore("photos").put(photo);
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("storage"));
    });
  }

  async removeStep(step: QueuedStep): Promise<void> {
    for (const key of step.photos) await this.remove("photos", key);
    await this.remove("steps", step.id);
  }

  /** At the end of a session: the lists and cases of the person. Steps and drafts stay. */
  async forget(person: string): Promise<void> {
    await this.remove("lists", person);
    for (const kept of await this.all<KeptCase>("cases")) if (kept.person === person) await this.remove("cases", kept.key);
    await this.remove("facts", "last");
  }
}
