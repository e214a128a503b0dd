/// What the QR code carries behind the #: it never travels to the server with the page's address.
export interface Code {
  secret: string;
  seal: string; // hexadecimal, as the server writes it
}

/// `secret.seal.signature`, each base64url without padding; undefined when a part is missing or cut.
export function readCode(fragment: string): Code | undefined {
  const [secret = "", seal = "", signature = "", ...more] = fragment.replace(/^#/, "").split(".");
  const isWhole = bytesOf(secret)?.length === 16 && bytesOf(signature)?.length === 64 && more.length === 0;
  const sealBytes = bytesOf(seal);
  if (!isWhole || sealBytes?.length !== 32) return undefined;
  return { secret, seal: Array.from(sealBytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}

function bytesOf(text: string): Uint8Array | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
