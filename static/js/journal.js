// Answers that the server may not have yet, kept on this device by person and record.
import { forget, keep, kept, keys } from "./store.js";

const DAYS = 30;

export class Journal {
  constructor(member, record) {
    this.key = `draft.${member}.${record}`;
    this.sweep();
  }

  // `base`: the server's revision that these answers build on.
  write(answers, base) {
    return keep(this.key, JSON.stringify({ at: Date.now(), base, answers }));
  }

  read() {
    try {
      return JSON.parse(kept(this.key));
    } catch {
      return null;
    }
  }

  clear() {
    forget(this.key);
  }

  sweep() {
    const oldest = Date.now() - DAYS * 86_400_000;
    for (const key of keys("draft.")) {
      let at = 0;
      try {
        at = JSON.parse(kept(key)).at;
      } catch { /* unreadable: of no use to anybody */ }
      if (!(at > oldest)) forget(key);
    }
  }
}
