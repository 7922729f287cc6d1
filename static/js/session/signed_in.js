/* Who is signed in, and for how long, as the page said when it was drawn; null where nobody is. */

const said = document.body.dataset.session;

export const begun = said ? JSON.parse(said) : null;
