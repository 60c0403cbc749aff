// What every page has. Each import brings one behavior; the labeling page adds labeling.js.
import "./elements/hot-keys.js";
import "./elements/local-time.js";
import "./elements/toast-stack.js";
import "./here.js";
import "./look.js";
import "./menus.js";
