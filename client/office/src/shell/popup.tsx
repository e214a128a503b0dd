import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

interface PopupProps {
  label: string;
  isChosen?: boolean;
  icon?: IconName;
  children: (close: () => void) => ComponentChildren;
}

/// A chip that opens a small panel below it. Arrows move, Escape closes and gives the focus back.
export function PopupChip({ label, isChosen = false, icon, children }: PopupProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const chip = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const panel = root.current?.querySelector<HTMLElement>(".popup");
    (panel?.querySelector<HTMLElement>("input, [aria-current=true]") ?? panel?.querySelector<HTMLElement>("button"))?.focus();
    const closeOutside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", closeOutside);
    addEventListener("focusin", closeOutside);
    return () => {
      removeEventListener("pointerdown", closeOutside);
      removeEventListener("focusin", closeOutside);
    };
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    chip.current?.focus();
  };

  const onKey = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      return;
    }
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(root.current?.querySelectorAll<HTMLElement>(".popup input, .popup button") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + step + items.length) % items.length]?.focus();
  };

  return (
    <div class="popup-root" ref={root} onKeyDown={onKey}>
      <button
        type="button"
        ref={chip}
        class={isChosen ? "chip is-chosen" : "chip"}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {icon && <Icon name={icon} />}
        <span class="chip-words">{label}</span>
      </button>
      {isOpen && (
        <div class="popup" role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

export interface Choice {
  value: string;
  words: string;
}

export function ChoiceChip(props: { label: string; value: string; choices: Choice[]; onChoose: (value: string) => void; extra?: ComponentChildren }) {
  const { label, value, choices, onChoose, extra } = props;
  return (
    <PopupChip label={label} isChosen={value !== ""}>
      {(close) => (
        <>
          <ul class="choices">
            {choices.map((choice) => (
              <li key={choice.value}>
                <button
                  type="button"
                  aria-current={choice.value === value}
                  onClick={() => {
                    onChoose(choice.value);
                    close();
                  }}
                >
                  <span>{choice.words}</span>
                  {choice.value === value && <Icon name="check" />}
                </button>
              </li>
            ))}
          </ul>
          {extra}
        </>
      )}
    </PopupChip>
  );
}
