import { Clapperboard, Images, type LucideIcon, ShieldCheck, Sparkles, Trash2 } from "lucide-preact";
import { Link, useLocation } from "wouter-preact";
import { t } from "../../lib/strings.ts";
import { useConfig, useJobs } from "../../state/queries.ts";
import { useMe } from "../../state/session.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Mark } from "./mark.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

export function Sidebar() {
  const scenes = useConfig().data?.scenes ?? false;
  const me = useMe().data;
  return (
    <div class="flex h-full flex-col p-3">
      <div class="flex h-8 items-center gap-2 px-2 font-semibold tracking-tight">
        <Mark />
        {t.app}
      </div>
      <nav aria-label={t.nav.label} class="mt-4 flex flex-col gap-0.5">
        <NavLink href="/" icon={Sparkles} name={t.nav.create} badge={<RunningJobs />} />
        <NavLink href="/gallery" icon={Images} name={t.nav.gallery} />
        <NavLink href="/trash" icon={Trash2} name={t.nav.trash} />
        {scenes && <NavLink href="/scenes" icon={Clapperboard} name={t.nav.scenes} />}
      </nav>
      <div class="mt-auto flex flex-col gap-2">
        {me?.admin && (
          <a href="/admin/" class={`${LINK} ${RESTING}`}>
            <ShieldCheck size={16} aria-hidden="true" />
            {t.nav.admin}
          </a>
        )}
        {me?.login && <AccountMenu name={me.username} />}
        <ThemeToggle />
      </div>
    </div>
  );
}

const LINK = "tap flex h-8 items-center gap-2.5 rounded-lg px-2 transition-colors";
const RESTING = "text-soft hover:bg-fill hover:text-ink";

interface NavLinkProps {
  href: string;
  icon: LucideIcon;
  name: string;
  badge?: preact.ComponentChildren;
}

function NavLink({ href, icon: Icon, name, badge }: NavLinkProps) {
  const [path] = useLocation();
  const current = path === href;
  return (
    <Link
      href={href}
      aria-label={name}
      aria-current={current ? "page" : undefined}
      class={`${LINK} ${current ? "bg-hover/70 font-medium text-ink" : RESTING}`}
    >
      <Icon size={16} class={current ? "text-accent" : ""} aria-hidden="true" />
      {name}
      {badge}
    </Link>
  );
}

function RunningJobs() {
  const jobs = useJobs().data?.items ?? [];
  const running = jobs.filter((job) => job.status === "queued" || job.status === "running").length;
  if (running === 0) return null;
  return (
    <span class="ml-auto rounded-full bg-indigo-600 px-1.5 font-medium text-white text-xs" aria-hidden="true">
      {running}
    </span>
  );
}
