import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

import { Playground } from "./Playground";

function Lesson() {
  const [said, say] = useState("nothing yet");
  const [theme, setTheme] = useState<"light" | "dark">("light");
  return (
    <main>
      <h1>The slow reader</h1>
      <Playground preset="ca6" layout="compact" theme={theme} label="The slow reader"
        onEvent={({ tone, text }) => tone === "bad" && say(text)} />
      <p id="said">{said}</p>
      <button id="theme" onClick={() => setTheme("dark")}>Dark</button>
    </main>
  );
}

createRoot(document.getElementById("root")!).render(<StrictMode><Lesson /></StrictMode>);
