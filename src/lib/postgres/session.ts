// A database that was found, and the one connection to it, which is opened when it is wanted.
import {type DatabaseAddress, NotifyConnection} from './notify-connection.js'

export class DatabaseSession {
  #connection: NotifyConnection | null = null

  /** `close` ends the way to it: the tunnel through a bastion, if there is one. */
  constructor(private readonly database: {readonly address: DatabaseAddress; close(): void}) {}

  /** Throws the UserErrors of NotifyConnection.open. */
  async connect(): Promise<NotifyConnection> {
    this.#connection ??= await NotifyConnection.open(this.database.address)
    return this.#connection
  }

  async close(): Promise<void> {
    await this.#connection?.close()
    this.database.close()
  }
}
