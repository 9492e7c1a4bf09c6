// Finds the S3 operation of a request by its method, its query, and whether it has a key.
import {deleteObject, deleteObjects, getObject, putObject} from './objects.js'
import {listMultipartUploads, listObjectsV2} from './listing.js'
import {abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart} from './multipart.js'
import {element, xmlDocument} from './xml.js'

/** @typedef {import('./objects.js').Bucket} Bucket @typedef {import('./objects.js').Call} Call @typedef {import('./objects.js').Answer} Answer */

/** Sub-resources that change the operation of a method; those not listed below are NotImplemented. */
const SUB_RESOURCES = [
  'acl',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'lifecycle',
  'location',
  'logging',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'restore',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
]

/**
 * @param {{method: string, key: string, query: Map<string, string>}} request
 * @returns {string} S3's name for it, `Unknown` if this double does not support it
 */
export function operationOf({method, key, query}) {
  const sub = SUB_RESOURCES.find(name => query.has(name)) ?? (query.get('list-type') === '2' ? 'list-type' : '')
  const names = /** @type {Record<string, string>} */ (
    key === ''
      ? {
          'GET list-type': 'ListObjectsV2',
          'GET location': 'GetBucketLocation',
          'GET uploads': 'ListMultipartUploads',
          'HEAD ': 'HeadBucket',
          'POST delete': 'DeleteObjects',
        }
      : {
          'DELETE ': 'DeleteObject',
          'DELETE uploadId': 'AbortMultipartUpload',
          'GET ': 'GetObject',
          'HEAD ': 'HeadObject',
          'POST uploadId': 'CompleteMultipartUpload',
          'POST uploads': 'CreateMultipartUpload',
          'PUT ': 'PutObject',
          'PUT uploadId': 'UploadPart',
        }
  )
  return names[`${method} ${sub}`] ?? 'Unknown'
}

/** @type {Record<string, (bucket: Bucket, call: Call) => Answer>} */
export const OPERATIONS = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CreateMultipartUpload: createMultipartUpload,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  // S3 returns an empty location for us-east-1, for historical reasons.
  GetBucketLocation: bucket => ({
    body:
      bucket.region === 'us-east-1'
        ? xmlDocument('LocationConstraint', '')
        : element('LocationConstraint', bucket.region),
    status: 200,
  }),
  GetObject: getObject,
  HeadBucket: bucket => ({headers: {'x-amz-bucket-region': bucket.region}, status: 200}),
  HeadObject: getObject,
  ListMultipartUploads: listMultipartUploads,
  ListObjectsV2: listObjectsV2,
  PutObject: putObject,
  UploadPart: uploadPart,
}
