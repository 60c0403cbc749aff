// Pages that show records: pictures and frames.
import "./elements/record-frame.js";
import "./elements/zoom-image.js";
