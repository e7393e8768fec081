// Every weight and bias: what it is, its gradient, what the step adds, and what it becomes. The old ones can be typed.
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import { useAsk } from "../../lib/lab";
import type { Shown } from "../../lib/messages";
import type { Row, View } from "./messages";
import type { LearnLab } from "./useLearn";

export function UpdateTable({ view, lab }: { view: View; lab: LearnLab }) {
  return (
    <table class="learn-table">
      <caption class="unseen">Update</caption>
      <thead>
        <tr>
          <th scope="col" colSpan={2} class="learn-name">
            parameter
          </th>
          <th scope="col">old</th>
        </tr>
        <tr>
          <th scope="col">gradient</th>
          <th scope="col">step</th>
          <th scope="col">new</th>
        </tr>
      </thead>
      {view.rows.map((row) => (
        <Parameter key={row.old.name} row={row} isSelected={view.selected === row.old.name} lab={lab} />
      ))}
    </table>
  );
}

function Parameter({ row, isSelected, lab }: { row: Row; isSelected: boolean; lab: LearnLab }) {
  const { old } = row;
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={2}>
          <button
            type="button"
            class="learn-cell"
            aria-pressed={isSelected}
            onClick={() => lab.act("select", { name: old.name })}
          >
            {old.name}
          </button>
        </th>
        <td>
          <span class="learn-old">
            <Field
              name={old.name}
              exact={old.exact}
              shown={old.text}
              commit={(text) => lab.act("edit", { name: old.name, text })}
            />
            <WhyButton name={old.name} />
          </span>
        </td>
      </tr>
      <tr>
        <Cell number={row.gradient} />
        <Cell number={row.step} />
        <Cell number={row.new} />
      </tr>
    </tbody>
  );
}

function Cell({ number }: { number: Shown | null }) {
  const ask = useAsk();
  if (!number) return <td class="learn-later">·</td>;
  return (
    <td>
      <button
        type="button"
        class="learn-cell"
        data-number={number.name}
        data-why={number.name}
        aria-label={`${number.name}: ${number.text}`}
        onClick={() => ask(number.name)}
      >
        {number.text}
      </button>
    </td>
  );
}
