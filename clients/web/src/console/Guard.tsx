import { Component, type ReactNode } from 'react';

interface Props {
  /** What to say when a part of the page broke. */
  text: string;
  again: string;
  children: ReactNode;
}

/** A mistake in one part must not take the header and the state of the picture with it. */
export class Guard extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="broken" role="alert">
        <p>{this.props.text}</p>
        <button
          type="button"
          className="act-button"
          onClick={() => this.setState({ broken: false })}
        >
          {this.props.again}
        </button>
      </main>
    );
  }
}
