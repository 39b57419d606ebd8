/** A cookie that only this server sets and reads. */
export interface OwnCookie {
  readonly name: string;
  readonly options: { readonly httpOnly: true; readonly path: '/'; readonly secure: boolean };
}

/**
 * Where browsers use https, the name starts with `__Host-`: they then take it from this very host only, over https, so
 * that neither another host of the domain nor someone on the way can plant one (RFC 6265bis, section 4.1.3.2).
 */
export function ownCookie(publicUrl: string, name: string): OwnCookie {
  const secure = publicUrl.startsWith('https:');
  return { name: secure ? `__Host-${name}` : name, options: { httpOnly: true, path: '/', secure } };
}
