// The normal equations with their real numbers: the library's own lines, asked for anew when the points have changed.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Normal, View } from "./messages";
import type { LineLab } from "./useLine";

export function NormalEquations({ view, lab }: { view: View; lab: LineLab }) {
  const normal = useSignal<Normal | null>(null);
  const points = JSON.stringify(view.columns.map((one) => one.exact));
  useEffect(() => {
    const show = (answer: Normal) => {
      normal.value = answer;
    };
    lab.session.latest("normal", {}, show, () => {
      normal.value = null;
    });
  }, [points]);
  if (view.no_best) return <p class="line-hint">{view.no_best}</p>;
  return (
    <div class="line-normal">
      {normal.value?.sections.map((section) => (
        <section key={section.title}>
          <h2>{section.title}</h2>
          {section.lines.map((line, i) => (
            <div key={i} class="line-equation">
              {line}
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
