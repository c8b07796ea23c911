import { filesOf } from './files.ts'
export const renderedTrees = (spec: string) => filesOf(`/tmp/k/out/${spec.split('/')[2]}`)
