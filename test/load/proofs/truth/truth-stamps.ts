import { PAUSE_MS, type TruthRecord } from './truth-record.ts';

const FIRST_ROOM = 1 << 16;
/** So often it compares its CPU with the clock: rarer than costs anything, oftener than two pauses would be taken for one. */
const CHECK_MS = 20;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The truth server's book-keeping: its stamps, and the gaps between its looks at the clock. */
export class TruthStamps {
  count = 0;
  connections = 0;
  #numbers = new Float64Array(FIRST_ROOM);
  #read = new Float64Array(FIRST_ROOM);
  #written = new Float64Array(FIRST_ROOM);
  #service = new Float64Array(FIRST_ROOM);
  #unread = new Float64Array(FIRST_ROOM);
  #last = 0;
  #asked = 0;
  #askedBefore = 0;
  #checked = 0;
  #cpu = 0;
  #watched = 0;
  #stood = 0;
  #longest = 0;

  /** @returns its place in the record. */
  read(number: number, now: number): number {
    if (this.count === this.#read.length) this.#grow();
    const place = this.count;
    this.count += 1;
    this.#numbers[place] = number;
    this.#read[place] = now;
    this.#written[place] = Number.NaN;
    this.#unread[place] = now - this.#askedBefore;
    return place;
  }

  written(place: number, now: number): void {
    this.#written[place] = now;
  }

  served(place: number, ms: number): void {
    this.#service[place] = ms;
  }

  /** The server spins from now on. */
  begin(now: number): void {
    this.#last = now;
    this.#checked = now;
    this.#cpu = cpuMs();
    this.#asked = now;
    this.#askedBefore = now;
  }

  /**
   * It asks the kernel next. What is read after this was not there when it asked the last time, which was some time after that was
   * told: a core is taken away on the way back from the kernel more often than anywhere else.
   */
  asks(now: number): void {
    this.#askedBefore = this.#asked;
    this.#asked = now;
  }

  look(now: number): void {
    const gap = now - this.#last;
    this.#last = now;
    this.#watched += gap;
    if (gap > this.#longest) this.#longest = gap;
    if (now - this.#checked >= CHECK_MS) this.#check(now);
  }

  /** A loop that spins uses its core in full: what it did not use of the time, it did not have. Its own long turns are no pause. */
  #check(now: number): void {
    const cpu = cpuMs();
    const stood = now - this.#checked - (cpu - this.#cpu);
    if (stood > PAUSE_MS) this.#stood += stood;
    this.#checked = now;
    this.#cpu = cpu;
  }

  record(): TruthRecord {
    return {
      numbers: this.#numbers.slice(0, this.count),
      read_ms: this.#read.slice(0, this.count),
      written_ms: this.#written.slice(0, this.count),
      service_ms: this.#service.slice(0, this.count),
      unread_ms: this.#unread.slice(0, this.count),
      connections: this.connections,
      watched_ms: this.#watched,
      stood_ms: this.#stood,
      longest_pause_ms: this.#longest,
    };
  }

  #grow(): void {
    const larger = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const room = new Float64Array(2 * old.length);
      room.set(old);
      return room;
    };
    this.#numbers = larger(this.#numbers);
    this.#read = larger(this.#read);
    this.#written = larger(this.#written);
    this.#service = larger(this.#service);
    this.#unread = larger(this.#unread);
  }
}
