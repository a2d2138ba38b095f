import { askRoutes } from './httproute.ts'

askRoutes(true)
