/* What static/js/rich-editor.js uses of CodeMirror, and nothing else: the rest is left out of the bundle. */
export { EditorSelection, EditorState, StateEffect, StateField } from "@codemirror/state";
export { Decoration, EditorView, keymap, lineNumbers, showTooltip, tooltips } from "@codemirror/view";
export { history, indentLess, indentMore, isolateHistory, redo, standardKeymap, undo } from "@codemirror/commands";
export { indentUnit, syntaxHighlighting } from "@codemirror/language";
export { yamlLanguage } from "@codemirror/lang-yaml";
export { classHighlighter } from "@lezer/highlight";
export { autocompletion, startCompletion } from "@codemirror/autocomplete";
export {
  closeLintPanel, forEachDiagnostic, lintGutter, openLintPanel, setDiagnostics,
} from "@codemirror/lint";
