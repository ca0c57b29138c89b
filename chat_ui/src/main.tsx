import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app/app";
import { makeQueryClient } from "./app/query";
import "./index.css";
import { AnnouncerProvider } from "./ui/announcer";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <AnnouncerProvider>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </AnnouncerProvider>
    </QueryClientProvider>
  </StrictMode>,
);
