import { Component, type ReactNode } from "react";
import { ProblemNote } from "@/ui/problem-note";

interface Props {
  what: string;
  children: ReactNode;
}

/** A part that breaks says so in its own place; the rest of the page stays. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    const retry = () => this.setState({ error: null });
    return <ProblemNote className="m-4" failed={`${this.props.what} could not be shown`} error={this.state.error} onRetry={retry} />;
  }
}
