import { ElMessage } from 'element-plus';

/** Says that something was done; read aloud, gone by itself. */
export function notify(text: string): void {
  ElMessage({ message: text, type: 'success', grouping: true });
}
