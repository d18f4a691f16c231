import { RefreshCw } from "lucide-preact";
import { t } from "../lib/strings.ts";
import { Button } from "./button.tsx";

interface RetryProps {
  text: string;
  detail: string;
  onRetry: () => void;
}

/** Stands where content should be when its fetch failed. */
export function Retry({ text, detail, onRetry }: RetryProps) {
  return (
    <div role="alert" class="flex flex-col items-center gap-1 px-6 py-10 text-center">
      <p class="font-medium">{text}</p>
      <p class="text-soft">{detail}</p>
      <Button class="mt-3" onClick={onRetry}>
        <RefreshCw size={16} aria-hidden="true" />
        {t.grid.retry}
      </Button>
    </div>
  );
}
