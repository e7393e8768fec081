// A table of one's own: pasted, or a file that the browser hands over and the library reads in memory.
import { useSignal } from "@preact/signals";
import type { LineLab } from "./useLine";

export function OwnData({ lab, done }: { lab: LineLab; done: () => void }) {
  const text = useSignal("");
  const target = useSignal("");
  const inputs = useSignal("");
  const file = useSignal<File | null>(null);
  const send = async () => {
    const args = { target: target.value, inputs: inputs.value };
    const bytes = file.value ? await file.value.arrayBuffer() : new TextEncoder().encode(text.value).buffer;
    if (await lab.act("own", args, bytes as ArrayBuffer)) done();
  };
  return (
    <form
      class="line-own"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label>
        Table, with a header
        <textarea
          rows={5}
          placeholder={"area,rent\n50,600\n70,940"}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        or a CSV file{" "}
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/plain"
          onChange={(event) => {
            file.value = event.currentTarget.files?.[0] ?? null;
          }}
        />
      </label>
      <label>
        Target (else the last column){" "}
        <input
          type="text"
          value={target.value}
          onInput={(event) => {
            target.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        Inputs (else all others){" "}
        <input
          type="text"
          value={inputs.value}
          onInput={(event) => {
            inputs.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary">
        Use this table
      </button>
    </form>
  );
}
