// The buttons that choose one of several panels.
import "./Tabs.css";

interface TabsProps<Name extends string> {
  titles: Readonly<Partial<Record<Name, string>>>;
  chosen: Name;
  choose: (name: Name) => void;
}

export function Tabs<Name extends string>({ titles, chosen, choose }: TabsProps<Name>) {
  return (
    <div class="tabs">
      {(Object.entries(titles) as [Name, string][]).map(([name, title]) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {title}
        </button>
      ))}
    </div>
  );
}
