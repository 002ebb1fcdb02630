import type { Device } from './database';

/** Sealed values by name: what the API said last, for when it can't be asked. */
export class Cache {
  constructor(private readonly device: Device) {}

  async get<T>(name: string): Promise<T | undefined> {
    const sealed = await this.device.database.get('cache', name);
    return sealed && (await this.device.vault.open<T>(sealed));
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.device.database.put('cache', await this.device.vault.seal(value), name);
  }

  async remove(name: string): Promise<void> {
    await this.device.database.delete('cache', name);
  }
}
