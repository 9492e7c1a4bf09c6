// A database and the one connection to it, which is opened on demand.
import {type DatabaseAddress, NotifyConnection} from './notify-connection.js'

export class DatabaseSession {
  #connection: NotifyConnection | null = null

  /** `close` closes the tunnel to the database, if there is one. */
  constructor(private readonly database: {readonly address: DatabaseAddress; close(): void}) {}

  /** Throws the UserErrors of NotifyConnection.open. */
  async connect(): Promise<NotifyConnection> {
    this.#connection ??= await NotifyConnection.open(this.database.address)
    return this.#connection
  }

  /** The next `connect` opens a new connection. */
  async disconnect(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    await connection?.close()
  }

  async close(): Promise<void> {
    await this.disconnect()
    this.database.close()
  }
}
