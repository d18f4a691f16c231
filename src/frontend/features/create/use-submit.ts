import { useState } from "preact/hooks";
import { ApiError } from "../../api/http.ts";
import type { ModelInfo } from "../../api/types.gen.ts";
import type { Draft } from "../../lib/draft.ts";
import { requestFor } from "../../lib/options.ts";
import { t } from "../../lib/strings.ts";
import { rememberPrompt } from "../../state/history.ts";
import { startJob } from "../../state/jobs.ts";
import { mask } from "../../state/mask.ts";
import { notifyError } from "../../state/toasts.ts";

/** Sends the draft; errors of its fields are kept until it changes, others are told once. */
export function useSubmit(draft: Draft, model: ModelInfo | undefined) {
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<{ draft: Draft; error: ApiError } | null>(null);
  const submit = async () => {
    if (!model) return;
    setSending(true);
    setRefused(null);
    try {
      await startJob(requestFor(draft, model, mask.get()?.url ?? null));
      rememberPrompt(draft.prompt);
    } catch (caught) {
      if (caught instanceof ApiError && caught.problem.errors?.length) setRefused({ draft, error: caught });
      else notifyError(t.failed.generate, caught);
    } finally {
      setSending(false);
    }
  };
  return { submit, sending, error: refused?.draft === draft ? refused.error : null };
}
