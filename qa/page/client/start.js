// Runs once for each part of the page that has a script, as the body of a function that Gradio calls with
// (element, trigger, props, server, upload, watch). What stands in the files beside this one runs in the same
// function, between this and finish.js; each adds to ``does``, ``settling`` and ``pressed``.
// Text never becomes markup here.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const narrow = () => window.matchMedia("(max-width: 900px)").matches;

const does = {}; // what a button with data-do="name" does: does.name(button)
const settling = []; // called when the part has been drawn anew; true ends it
const pressed = {}; // what a key does in this part: pressed.Escape(event)

// A word of the interface, in the language of the page.
const word = (name) => document.getElementById("ibid-words")?.getAttribute(`data-${name}`) || name;

// Tells the later of two requests from the earlier: they do not reach the server in their order.
const nextNumber = () => (window.ibidNumber = (window.ibidNumber || 0) + 1);
