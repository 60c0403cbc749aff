// Places in a text. The server counts Unicode code points, the browser UTF-16 units; people mean words and characters.
const segments = (text, granularity) => [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
const SAYS = /[\p{L}\p{N}\p{M}\p{S}\p{Extended_Pictographic}]/u; // a word, a number or a picture: no mere punctuation

export class Points {
  constructor(text) {
    this.text = text;
    this.units = [0]; // of each code point
    this.points = new Uint32Array(text.length + 1); // before each unit
    let unit = 0;
    for (const character of text) {
      for (let i = 0; i < character.length; i += 1) this.points[unit + i] = this.units.length - 1;
      unit += character.length;
      this.units.push(unit);
    }
    this.points[unit] = this.units.length - 1;
  }

  point(unit) {
    return this.points[unit];
  }

  unit(point) {
    return this.units[Math.min(point, this.units.length - 1)];
  }

  // Where the keys stop: at words, or at characters as people see them (an emoji with all its parts is one).
  stops(words) {
    this.known ||= {};
    this.known[words] ||= (globalThis.Intl?.Segmenter ? segments(this.text, words ? "word" : "grapheme") : this.simple(words))
      .filter(({ segment }) => (words ? SAYS.test(segment) : segment.trim()))
      .map(({ index, segment }) => ({ start: index, end: index + segment.length }));
    return this.known[words];
  }

  simple(words) {
    return [...this.text.matchAll(words ? /[\p{L}\p{N}\p{M}_'’]+|\S/gu : /\P{M}\p{M}*/gu)].map((found) => ({ index: found.index, segment: found[0] }));
  }

  // The first stop that ends after this unit; the number of stops if there is none.
  after(unit, words) {
    const stops = this.stops(words);
    let low = 0;
    let high = stops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (stops[middle].end > unit) high = middle; else low = middle + 1;
    }
    return low;
  }

  // From the beginning of the first stop that the range touches to the end of the last one; null if it touches none.
  whole(start, end, words) {
    const stops = this.stops(words);
    const first = stops[this.after(start, words)];
    if (!first || first.start >= end) return null;
    let last = this.after(end - 1, words);
    if (last === stops.length || stops[last].start >= end) last -= 1;
    return { start: first.start, end: stops[last].end };
  }
}
