// The answer to Why?: the library's own lines, each as plain text in one element, so that anyone can check them.
import type { Basic, Lab, Shows } from "../lib/lab";
import "./WhyRegion.css";

const MOST_LEVELS = 6;

export function WhyRegion<View extends Shows>({
  lab,
}: {
  lab: Pick<Lab<View, Basic<View>>, "answer" | "levels" | "ask">;
}) {
  const why = lab.answer.value;
  const levels = lab.levels.value;
  return (
    <section class="why" aria-label="Why" aria-live="polite">
      <h2>Why?</h2>
      {why === null ? (
        <p class="why-hint">Select any number to see the arithmetic that made it.</p>
      ) : (
        <>
          {why.lines.map((line, i) => (
            <div
              key={i}
              class={`why-line${line.level ? "" : " why-first"}`}
              style={{ marginLeft: `${line.level * 0.9}rem` }}
              data-line
            >
              {line.text}
            </div>
          ))}
          {why.python && <code class="why-python">{why.python}</code>}
          <p class="why-tools">
            <button type="button" disabled={levels >= MOST_LEVELS} onClick={() => lab.ask(why.name, levels + 1)}>
              Further back
            </button>
            <button type="button" disabled={levels <= 0} onClick={() => lab.ask(why.name, levels - 1)}>
              Less
            </button>
          </p>
        </>
      )}
    </section>
  );
}
