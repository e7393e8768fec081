// All points as a table: x and y are typed, the others made of them. It is what the pictures show, in numbers.
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import { useAsk } from "../../lib/lab";
import type { View } from "./messages";
import type { LineLab } from "./useLine";

export function Points({ view, lab }: { view: View; lab: LineLab }) {
  const ask = useAsk();
  const places = view.columns[0]?.values ?? [];
  return (
    <table class="line-points">
      <caption class="unseen">Points</caption>
      <thead>
        <tr>
          <th scope="col">point</th>
          {view.columns.map((one) => (
            <th key={one.name} scope="col">
              {one.name}
            </th>
          ))}
          <th scope="col">
            <span class="unseen">delete</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {places.map((_, i) => (
          <tr key={i}>
            <th scope="row">{i + 1}</th>
            {view.columns.map((one) => {
              const name = `${one.name} of point ${i + 1}`;
              const text = one.texts[i] ?? "";
              const exact = one.exact[i];
              return (
                <td key={one.name}>
                  {exact === undefined ? (
                    <button
                      type="button"
                      class="line-number"
                      data-number={name}
                      data-why={name}
                      aria-label={`${name}: ${text}`}
                      onClick={() => ask(name)}
                    >
                      {text}
                    </button>
                  ) : (
                    <span class="line-typed">
                      <Field
                        name={name}
                        exact={exact}
                        shown={text}
                        commit={(typed) => lab.act("edit", { name, text: typed })}
                      />
                      <WhyButton name={name} />
                    </span>
                  )}
                </td>
              );
            })}
            <td>
              <button
                type="button"
                class="line-delete"
                aria-label={`Delete point ${i + 1}`}
                onClick={() => lab.act("delete", { point: i + 1 })}
              >
                ×
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
