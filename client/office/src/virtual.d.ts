declare module "virtual:texts/*" {
  export const loaders: Record<string, () => Promise<{ default: Record<string, string> }>>;
}
