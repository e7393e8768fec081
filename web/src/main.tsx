import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "./theme.css";
import "./style.css";
import { pageOf } from "./lib/address";
import type { PageComponent } from "./lib/pages";
import { pages } from "./lib/pages";
import Overview from "./pages/overview";

function App() {
  const name = pageOf(location.pathname);
  const [Page, setPage] = useState<PageComponent | null>(null);
  useEffect(() => {
    const page = pages.find((one) => one.name === name);
    document.title = page ? `${page.title} · Glassnet lab` : "Glassnet lab";
    page?.load().then((module) => setPage(() => module.default));
  }, [name]);
  if (name === "") return <Overview />;
  return Page ? <Page /> : null;
}

const app = document.getElementById("app");
if (app) render(<App />, app);
