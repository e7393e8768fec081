// Lines of arithmetic, word for word the library's, each in one element.
import type { ShownLine } from "../../lib/messages";

export function Lines({ lines }: { lines: readonly ShownLine[] }) {
  return (
    <div class="learn-lines">
      {lines.map((line, i) => (
        <div key={i} class="learn-line" style={{ marginLeft: `${line.level * 0.9}rem` }} {...arithmetic(line)}>
          {line.text}
        </div>
      ))}
    </div>
  );
}

/** What is no arithmetic, such as "… and 3 more", is not marked as such. */
function arithmetic(line: ShownLine): Record<string, boolean> {
  return line.name ? { "data-line": true } : {};
}
