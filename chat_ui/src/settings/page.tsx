import { Page } from "@/ui/page";
import { MemorySection } from "./memory";
import { PolicySection } from "./policy";
import { PreferencesSection } from "./preferences";
import { SecuritySection } from "./security";

export function SettingsPage() {
  return (
    <Page title="Settings" note="Limits on money, your second factor, how you are answered, and what OmniFy remembers.">
      <div className="scrollbar-thin min-h-0 flex-1 overflow-y-auto p-4 md:p-6">
        <div className="mx-auto max-w-[760px] space-y-5">
          <PolicySection />
          <SecuritySection />
          <PreferencesSection />
          <MemorySection />
        </div>
      </div>
    </Page>
  );
}
