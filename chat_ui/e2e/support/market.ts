import type { APIRequestContext, APIResponse } from "@playwright/test";

interface Write {
  seq: number;
  platform: string;
  object: string;
  field: string;
  before: number | string;
  after: number | string;
  origin: string;
  request_id: string;
  campaign_ids: string[];
}

interface Credentials {
  google: { client_id: string; client_secret: string; refresh_token: string; developer_token: string; login_customer_id: string };
  meta: { app_id: string; app_secret: string; access_token: string };
}

async function json<T>(answer: APIResponse): Promise<T> {
  if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The simulated market, reached as its judge and as a client of the platforms' own contracts. */
export class Market {
  private readonly request: APIRequestContext;
  private readonly base: string;
  private readonly headers: Record<string, string>;

  private constructor(request: APIRequestContext, base: string, token: string) {
    this.request = request;
    this.base = base;
    this.headers = { authorization: `Bearer ${token}` };
  }

  static async of(request: APIRequestContext, url: string): Promise<Market> {
    const access = await json<{ base_url: string; control_token: string }>(await request.get(`${url}/api/dev/sandbox`));
    return new Market(request, `${url}${access.base_url}`, access.control_token);
  }

  async writes(after = 0): Promise<Write[]> {
    const url = `${this.base}/_control/writes?after=${after}`;
    return (await json<{ items: Write[] }>(await this.request.get(url, { headers: this.headers }))).items;
  }

  /** Somebody changes a campaign in the platform's own pages. */
  async editElsewhere(entityId: string, change: { daily_budget?: string; status?: string }): Promise<void> {
    const [platform, campaign_id] = entityId.split(":");
    const data = { platform, campaign_id, ...change };
    await json(await this.request.post(`${this.base}/_control/ui-edit`, { headers: this.headers, data }));
  }

  async advance(days: number): Promise<void> {
    await json(await this.request.post(`${this.base}/_control/advance`, { headers: this.headers, data: { days } }));
  }

  /** The platforms meet these faults from now on; an empty list ends them. */
  async faults(faults: readonly Record<string, unknown>[]): Promise<void> {
    const url = `${this.base}/_control/faults`;
    await json(await this.request.delete(url, { headers: this.headers }));
    if (faults.length > 0) await json(await this.request.post(url, { headers: this.headers, data: { faults } }));
  }

  /** A campaign's daily budget as its platform tells any client, in currency units. */
  async dailyBudget(entityId: string, accountId: string): Promise<number> {
    const [platform, id = ""] = entityId.split(":");
    const credentials = await json<Credentials>(await this.request.get(`${this.base}/_control/credentials`, { headers: this.headers }));
    return platform === "google" ? this.googleBudget(credentials, accountId, id) : this.metaBudget(credentials, id);
  }

  private async googleBudget({ google }: Credentials, accountId: string, id: string): Promise<number> {
    const form = {
      grant_type: "refresh_token",
      client_id: google.client_id,
      client_secret: google.client_secret,
      refresh_token: google.refresh_token,
    };
    const token = await json<{ access_token: string }>(await this.request.post(`${this.base}/google-ads/token`, { form }));
    const headers = {
      authorization: `Bearer ${token.access_token}`,
      "developer-token": google.developer_token,
      "login-customer-id": google.login_customer_id,
    };
    const query = `SELECT campaign.id, campaign_budget.amount_micros FROM campaign WHERE campaign.id = ${id}`;
    const url = `${this.base}/google-ads/v26/customers/${accountId}/googleAds:search`;
    const found = await json<{ results: { campaignBudget: { amountMicros: string } }[] }>(
      await this.request.post(url, { headers, data: { query } }),
    );
    return Number(found.results[0]?.campaignBudget.amountMicros) / 1_000_000;
  }

  private async metaBudget({ meta }: Credentials, id: string): Promise<number> {
    const url = `${this.base}/meta-ads/v26.0/${id}?fields=daily_budget`;
    const headers = { authorization: `Bearer ${meta.access_token}` };
    const found = await json<{ daily_budget: string }>(await this.request.get(url, { headers }));
    return Number(found.daily_budget) / 100;
  }
}
