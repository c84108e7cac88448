/**
 * Domain binding (R23): whether a page's origin is one that a handshake code is bound to. It must not know requests;
 * the origin is passed in as the browser says it.
 */

/**
 * True where `origin` (`https://shop.example`) is on one of the domains: an exact host name, or `*.example.com` for every
 * sub-domain of it, but not the domain itself. An empty list binds nothing: every origin may.
 */
export function isBound(origin: string, domains: readonly string[]): boolean {
  if (domains.length === 0) return true;
  const host = hostOf(origin);
  if (host === undefined) return false;
  return domains.some((domain) => {
    const name = withoutDot(domain.trim().toLowerCase());
    return name.startsWith("*.") ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name;
  });
}

/** Host name of an origin, lower case and without port; undefined for opaque origins (`null`, sandboxes, files). */
export function hostOf(origin: string): string | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(\[[0-9a-f:.]+\]|[^/?#@:\\]+)(:\d*)?$/i.exec(origin)?.[1];
  return host === undefined ? undefined : withoutDot(host.toLowerCase());
}

const withoutDot = (host: string): string => host.replace(/\.$/, "");
