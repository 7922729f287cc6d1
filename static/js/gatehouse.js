/* Behaviour on top of pages that work without it. Each module listens for itself once it is named
   here, or by another module that needs it; the order is that in which they hear of an event. */

import "./scripted.js";

import "./lists/filters.js";
import "./panel.js";
import "./keys.js";
import "./lists/ticks.js";
import "./menus.js";

import "./sending/progress.js";
import "./sending/failures.js";
import "./sending/offline.js";
import "./sending/once.js";
import "./sending/toasts.js";

import "./dialogs.js";
import "./forms/errors.js";
import "./forms/resting.js";
import "./forms/slugs.js";
import "./forms/password_strength.js";
import "./forms/shown_passwords.js";
import "./copying.js";
import "./preferences.js";
import "./runs_out.js";
import "./jump.js";

import "./session/activity.js";
import "./session/clock.js";
import "./session/coming_back.js";
import "./drafts/put_back.js";
import "./drafts/leaving.js";

import "./forms/chips.js";
import "./forms/picker.js";
import "./forms/passkeys.js";
import "./printing.js";
