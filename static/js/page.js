// What every page may use.
import "./menu.js";
import "./toast.js";
import "./dialog.js";
import "./once.js";
import "./autosubmit.js";
import "./language.js";
import "./copy.js";
import "./print.js";
