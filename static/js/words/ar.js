// Made by `make languages` from locale/. What scripts say (words.js).
globalThis.words = { plural: (n) => Number((n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)), texts: {
  "The last ranking read {pattern}.": ["", "", "", "", "", ""],
  "place {letters} and {number} more": ["", "", "", "", "", ""],
  "{number} label": ["", "", "", "", "", ""],
  "{number} mark": ["", "", "", "", "", ""],
  "{number} marked": ["", "", "", "", "", ""],
  "{shown} character": ["", "", "", "", "", ""],
  "{shown} character less in “{title}”": ["", "", "", "", "", ""],
  "{shown} character more in “{title}”": ["", "", "", "", "", ""],
  "{shown} word": ["", "", "", "", "", ""]
} };
