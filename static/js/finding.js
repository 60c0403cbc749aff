// Finding records: the table by keyboard, what is ticked in it, and the words that were looked for.
import "./elements/mark-words.js";
import "./elements/record-rows.js";
import "./elements/record-shelf.js";
