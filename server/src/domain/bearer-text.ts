/**
 * The spelling of what programs show to prove who they are: API keys and session tokens. The text says where to look, so that
 * no search across organisations is needed. It must not know what it proves.
 */

/** A text taken apart. */
export interface BearerText {
  readonly organisation: string;
  readonly id: string;
  readonly secret: string;
}

/** Writer and reader of `prefix_organisation_id_secret`; secrets have no underscore. */
export function bearerText(prefix: string) {
  const form = new RegExp(`^${prefix}_([a-z0-9]{0,24})_([A-Za-z0-9]{1,64})_([A-Za-z0-9-]{43,128})$`);
  return {
    write: (organisation: string, id: string, secret: string): string => `${prefix}_${organisation}_${id}_${secret}`,
    parse(text: string): BearerText | undefined {
      const [, organisation, id, secret] = form.exec(text) ?? [];
      if (organisation === undefined || id === undefined || secret === undefined) return undefined;
      return { organisation, id, secret };
    },
  } as const;
}

/** 256 random bits, in letters, digits and hyphens. */
export const bearerSecret = (base64url: string): string => base64url.replaceAll("_", "-");
