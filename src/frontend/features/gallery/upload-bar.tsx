import { formatBytes } from "../../lib/format.ts";
import { useStore } from "../../lib/store.ts";
import { t } from "../../lib/strings.ts";
import { galleryUpload } from "../../state/uploads.ts";
import { Progress } from "../../ui/progress.tsx";

/** How far an upload has come; once all bytes are sent, the server still has work to do. */
export function UploadBar() {
  const upload = useStore(galleryUpload);
  if (!upload) return null;
  const { files, sent, total } = upload;
  const saving = sent >= total;
  const label = saving ? t.upload.saving(files) : t.upload.running(files);
  return (
    <div class="flex flex-col gap-1.5 border-line border-b px-4 py-2">
      <p class="flex justify-between text-soft text-xs">
        <span>{label}</span>
        <span>{`${formatBytes(sent)} / ${formatBytes(total)}`}</span>
      </p>
      <Progress label={label} value={saving ? null : sent / total} />
    </div>
  );
}
