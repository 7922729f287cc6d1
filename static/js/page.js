/* What the modules ask of the page: an element of it, and where it is. */

export const find = (selector, from = document) => from.querySelector(selector);
export const here = () => location.pathname + location.search;
