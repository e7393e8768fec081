// A field in the place of a text of the scene, turned as it is.
import { Field } from "../../components/Field";
import { WhyButton } from "../../components/NumberShown";
import type { Shape } from "../../lib/messages";
import type { Editable } from "./messages";

export interface EditableNumberProps {
  shape: Shape;
  number: Editable;
  commit: (name: string, text: string) => Promise<boolean>;
}

export function EditableNumber({ shape, number, commit }: EditableNumberProps) {
  const place = {
    left: `${shape.x}px`,
    top: `${shape.y}px`,
    transform: `translate(-50%, -50%) rotate(${shape.angle}deg)`,
  };
  return (
    <span class={`network-number ink-${shape.fill}`} style={place}>
      <Field name={number.name} exact={number.text} shown={shape.text} commit={(text) => commit(number.name, text)} />
      <WhyButton name={number.name} />
    </span>
  );
}
