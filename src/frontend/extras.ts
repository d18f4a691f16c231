// What is asked for later, in one piece. The app, which is there by then, is named so that the bundler keeps it
// whole too: in several pieces it would be some thousand bytes larger.
import "./app.tsx";

export { AccountPage } from "./features/account/page.tsx";
export { Compare } from "./features/compare/compare.tsx";
export { HistoryDialog } from "./features/create/history-dialog.tsx";
export { MaskDialog } from "./features/create/mask-dialog.tsx";
export { LoginForm } from "./features/login/form.tsx";
export { ScenesPage } from "./features/scenes/page.tsx";
export { Help } from "./features/viewer/help.tsx";
